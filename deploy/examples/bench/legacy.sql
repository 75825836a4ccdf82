CREATE TABLE item (
  id         integer PRIMARY KEY,
  grp        integer NOT NULL,
  name       varchar(60) NOT NULL,
  amt_cents  bigint NOT NULL,
  stat_cd    char(1) NOT NULL,
  note       text,
  changed    timestamp NOT NULL
);
-- Also what puts deleted rows back.
CREATE FUNCTION item_rows(lo integer, hi integer) RETURNS SETOF item LANGUAGE sql AS $$
SELECT n, n % 100, 'Item number ' || n, n * 7::bigint, 'A', CASE WHEN n % 3 = 0 THEN 'a note of some length, as notes are' END,
       timestamp '2026-06-01' + n * interval '1 second'
FROM generate_series(lo, hi) n
$$;
INSERT INTO item SELECT * FROM item_rows(1, coalesce(nullif(current_setting('bench.rows', true), '')::integer, 300000));
ANALYZE;
