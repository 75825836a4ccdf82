CREATE SCHEMA bench_basket;
CREATE TABLE bench_basket.basket (
  basket_id  uuid PRIMARY KEY,
  number     integer NOT NULL,
  "group"    integer NOT NULL,
  amount     numeric(16,2) NOT NULL,
  status     text NOT NULL,
  changed_at timestamptz NOT NULL
);
CREATE TABLE bench_basket.basket_line (
  basket_id uuid NOT NULL REFERENCES bench_basket.basket ON DELETE CASCADE,
  line      integer NOT NULL,
  code      text NOT NULL,
  quantity  integer NOT NULL,
  price     numeric(16,2) NOT NULL,
  PRIMARY KEY (basket_id, line)
);
