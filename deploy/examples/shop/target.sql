-- The successor's schema. Nothing in it is there for Tandem's sake.
CREATE SCHEMA crm;
CREATE SCHEMA sales;
CREATE SCHEMA catalog;

CREATE TABLE crm.customer (
  customer_id     uuid PRIMARY KEY,
  tenant_id       text NOT NULL,
  customer_number integer NOT NULL UNIQUE,
  full_name       text NOT NULL,
  status          text NOT NULL CHECK (status IN ('ACTIVE', 'INACTIVE', 'BLOCKED')),
  phone           text,
  created_at      timestamptz NOT NULL
);

CREATE TABLE crm.customer_address (
  customer_id uuid NOT NULL REFERENCES crm.customer ON DELETE CASCADE,
  address_id  integer NOT NULL,
  kind        text NOT NULL,
  street      text,
  city        text NOT NULL,
  postal_code text,
  PRIMARY KEY (customer_id, address_id)
);

CREATE TABLE crm.billing_account (
  customer_id        uuid PRIMARY KEY,
  tenant_id          text NOT NULL,
  balance            numeric(14,2) NOT NULL,
  credit_limit       numeric(14,2),
  payment_terms_days integer NOT NULL
);

CREATE TABLE sales.sales_order (
  order_id     uuid PRIMARY KEY,
  tenant_id    text NOT NULL,
  order_number bigint NOT NULL,
  customer_id  uuid NOT NULL,
  status       text NOT NULL,
  ordered_at   timestamptz NOT NULL,
  total        numeric(14,2) NOT NULL,
  note         text
);

CREATE TABLE sales.order_line (
  order_id   uuid NOT NULL REFERENCES sales.sales_order ON DELETE CASCADE,
  line       integer NOT NULL,
  product_id uuid NOT NULL,
  quantity   integer NOT NULL,
  unit_price numeric(12,2) NOT NULL,
  PRIMARY KEY (order_id, line)
);

CREATE TABLE sales.shipment (
  order_id    uuid NOT NULL REFERENCES sales.sales_order ON DELETE CASCADE,
  shipment_id bigint NOT NULL,
  carrier     text NOT NULL,
  shipped_at  timestamptz NOT NULL,
  PRIMARY KEY (order_id, shipment_id)
);

CREATE TABLE catalog.product (
  product_id  uuid PRIMARY KEY,
  tenant_id   text NOT NULL,
  code        text NOT NULL UNIQUE,
  name        text NOT NULL,
  description text,
  price       numeric(12,2) NOT NULL,
  active      text NOT NULL
);

CREATE TABLE catalog.stock (
  product_id uuid NOT NULL REFERENCES catalog.product ON DELETE CASCADE,
  warehouse  text NOT NULL,
  quantity   integer NOT NULL,
  PRIMARY KEY (product_id, warehouse)
);
