-- why: one secret seals names and phones; a process with another one would write what nobody can read again
-- breaks running servers: no
-- module: kit

create table installation (
  one boolean primary key default true check (one),
  secret_digest text not null
);
