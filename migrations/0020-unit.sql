-- why: a unit knows how many slips ask something of it, so that it can be found without counting them
-- breaks running servers: no
-- module: unit
-- takes over: unit

alter table unit add column open_slips int not null default 0;
update unit u set open_slips = (
  select count(*) from slip s where s.unit = u.id and s.state not in ('closed', 'cancelled', 'returned', 'reported'));
-- screen: the units of a bureau
create index unit_org on unit (org);
