-- why: what a tag of a silent report means at a desk, and the two that are the bureau's own
-- breaks running servers: no
-- module: report

create table report_tag_policy (
  desk text not null,
  valid_from timestamptz not null,
  policy jsonb not null,
  primary key (desk, valid_from)
);
