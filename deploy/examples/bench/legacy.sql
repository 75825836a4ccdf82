CREATE TABLE item (
  id         integer PRIMARY KEY,
  grp        integer NOT NULL,
  name       varchar(60) NOT NULL,
  amt_cents  bigint NOT NULL,
  stat_cd    char(1) NOT NULL,
  note       text,
  changed    timestamp NOT NULL
);
INSERT INTO item
SELECT n, n % 100, 'Item number ' || n, n * 7, 'A', CASE WHEN n % 3 = 0 THEN 'a note of some length, as notes are' END,
       timestamp '2026-06-01' + n * interval '1 second'
FROM generate_series(1, 300000) n;
ANALYZE;
