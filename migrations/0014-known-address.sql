-- why: a stranger's wrong passwords must not lock a desk out; from where an account has signed in before, only its own tries count
-- breaks running servers: no
-- module: staff

create table staff_address (
  staff text not null references staff,
  address text not null,
  last_at timestamptz not null,
  primary key (staff, address)
);
