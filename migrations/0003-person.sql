-- why: citizens, their sessions and the proof of a phone; numbers and names are sealed, found again by a keyed digest
-- breaks running servers: no
-- module: person

create table citizen (
  id text primary key,
  assurance text not null default 'none' check (assurance in ('none', 'phone', 'verified')),
  phone_sealed text,
  phone_digest text,
  name_sealed text,
  needs text[] not null default '{}',
  language text not null default 'zh-CN',
  created_at timestamptz not null,
  last_signal_at timestamptz
);
create index citizen_phone on citizen (phone_digest) where phone_digest is not null;

create table citizen_session (
  token_hash text primary key,
  citizen text not null references citizen,
  opened_at timestamptz not null,
  ends_at timestamptz not null
);

create table phone_code (
  phone_digest text primary key,
  code_hash text not null,
  sent_at timestamptz not null,
  tries int not null default 0
);
