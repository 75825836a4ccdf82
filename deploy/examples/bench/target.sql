CREATE SCHEMA bench;
CREATE TABLE bench.item (
  item_id    uuid PRIMARY KEY,
  number     integer NOT NULL,
  "group"    integer NOT NULL,
  name       text NOT NULL,
  amount     numeric(16,2) NOT NULL,
  status     text NOT NULL,
  note       text,
  changed_at timestamptz NOT NULL
);
