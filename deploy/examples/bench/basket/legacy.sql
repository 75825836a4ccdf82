-- Aggregates of a row and its 5 children.
CREATE TABLE basket (
  id         integer PRIMARY KEY,
  grp        integer NOT NULL,
  amt_cents  bigint NOT NULL,
  stat_cd    char(1) NOT NULL,
  changed    timestamp NOT NULL
);
CREATE TABLE basket_line (
  basket_id   integer NOT NULL,
  line_no     smallint NOT NULL,
  code        varchar(20) NOT NULL,
  qty         integer NOT NULL,
  price_cents bigint NOT NULL,
  PRIMARY KEY (basket_id, line_no)
);
INSERT INTO basket
SELECT n, n % 100, n * 35::bigint, 'A', timestamp '2026-06-01' + n * interval '1 second'
FROM generate_series(1, coalesce(nullif(current_setting('bench.rows', true), '')::integer, 50000)) n;
INSERT INTO basket_line
SELECT id, line, 'CODE-' || id % 1000 || '-' || line, line, id * 7::bigint FROM basket, generate_series(1, 5) line;
ANALYZE;
