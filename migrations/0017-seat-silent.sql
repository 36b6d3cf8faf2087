-- why: whether a seat is alive is a verdict of whoever watched it, not a sum over dates; last_beat_at is a mark that changes
-- breaks running servers: no
-- module: desk

alter table seat add column silent_since timestamptz;
update seat set silent_since = last_beat_at where was_stale;
-- a desk that still has the old defaults, whole, gets the new ones
update desk_policy set policy = policy || '{"beatSeconds": 2, "staleSeconds": 7}'
 where policy @> '{"beatSeconds": 15, "staleSeconds": 45}';
