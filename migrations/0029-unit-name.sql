-- why: a slip shows the name and kind of its unit, whose table is the units' own
-- breaks running servers: no
-- module: unit

-- what other modules may read of a unit
create view unit_name as select id, name, kind, org from unit;
