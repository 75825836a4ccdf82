-- The legacy shop, with the sins of its kind: status letters, money in cents, local timestamps, free-text phone numbers,
-- a customer table that is also the billing ledger, children without foreign keys.

CREATE TABLE cust_mst (
  cust_no   integer PRIMARY KEY,
  tnt       varchar(8) NOT NULL,
  fname     varchar(40),
  lname     varchar(60) NOT NULL,
  stat_cd   char(1) NOT NULL,            -- A active, I inactive, B blocked
  phone     text,                        -- whatever somebody typed
  bal_cents bigint NOT NULL,             -- the billing department's half of the table starts here
  lim_cents bigint,
  terms     smallint NOT NULL,           -- days
  crt_dt    timestamp NOT NULL           -- Berlin's wall clock
);

CREATE TABLE cust_addr (
  addr_no integer PRIMARY KEY,
  cust_no integer NOT NULL,              -- no foreign key: "the application takes care of that"
  typ     char(1) NOT NULL,              -- B billing, S shipping
  str1    varchar(80),
  town    varchar(60) NOT NULL,
  pcode   varchar(12)
);

CREATE TABLE item_mst (
  item_cd     varchar(20) PRIMARY KEY,
  tnt         varchar(8) NOT NULL,
  descr       varchar(120) NOT NULL,
  long_descr  text,
  price_cents integer NOT NULL,
  act_fl      char(1)                    -- Y, N or nothing
);

CREATE TABLE item_stock (
  item_cd varchar(20) NOT NULL,
  whs     varchar(4) NOT NULL,
  qty     integer NOT NULL,
  PRIMARY KEY (item_cd, whs)
);

CREATE TABLE ord_hdr (
  ord_no    bigint PRIMARY KEY,
  tnt       varchar(8) NOT NULL,
  cust_no   integer NOT NULL,
  stat_cd   char(1) NOT NULL,            -- N new, P paid, S shipped, X cancelled
  ord_dt    timestamp NOT NULL,
  tot_cents bigint NOT NULL,
  note      text
);

CREATE TABLE ord_line (
  ord_no      bigint NOT NULL,
  line_no     smallint NOT NULL,
  item_cd     varchar(20) NOT NULL,
  qty         integer NOT NULL,
  price_cents integer NOT NULL,
  PRIMARY KEY (ord_no, line_no)
);

CREATE TABLE ord_ship (
  ship_no bigint PRIMARY KEY,
  ord_no  bigint NOT NULL,
  carrier varchar(20) NOT NULL,
  shp_dt  timestamp NOT NULL
);

-- A delete carries no more than the replica identity, and the partition of a child row hangs on its parent's number.
ALTER TABLE cust_addr REPLICA IDENTITY FULL;
ALTER TABLE ord_ship REPLICA IDENTITY FULL;
