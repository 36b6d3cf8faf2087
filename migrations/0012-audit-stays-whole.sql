-- why: a truncate passes by the trigger on rows; an audit that can be emptied proves nothing
-- breaks running servers: no
-- module: audit

create trigger audit_stays_whole before truncate on audit for each statement execute function audit_stays();
