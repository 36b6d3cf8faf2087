-- why: whoever writes an event must not now and then wait until four megabytes of postponed index entries are sorted in
-- breaks running servers: no
-- module: kit

alter index event_topics set (gin_pending_list_limit = 256);
