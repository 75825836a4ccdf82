CREATE SCHEMA bank;
CREATE TABLE bank.account (
  account_id     uuid PRIMARY KEY,
  account_number integer NOT NULL UNIQUE,
  branch_id      uuid,
  balance        numeric(12,2)
);
CREATE TABLE bank.teller (
  teller_id     uuid PRIMARY KEY,
  teller_number integer NOT NULL UNIQUE,
  branch_id     uuid,
  balance       numeric(12,2)
);
CREATE TABLE bank.branch (
  branch_id     uuid PRIMARY KEY,
  branch_number integer NOT NULL UNIQUE,
  balance       numeric(12,2)
);
