-- why: who receives an overflowed report answers for it from then on; the desk that it was first sent to is kept
-- breaks running servers: no
-- module: report

-- absent only in a report that an older server wrote in the meantime; then the desk is the first one
alter table report add column first_desk text;
update report set first_desk = desk;

create or replace function report_original_stays() returns trigger language plpgsql as $$
begin
  if new.original is distinct from old.original or new.words is distinct from old.words
     or new.delivered_at is distinct from old.delivered_at or new.citizen is distinct from old.citizen
     or (old.first_desk is not null and new.first_desk is distinct from old.first_desk)
     or (old.received_at is not null and new.received_at is distinct from old.received_at) then
    raise exception 'the original of a report is never changed';
  end if;
  return new;
end $$;
