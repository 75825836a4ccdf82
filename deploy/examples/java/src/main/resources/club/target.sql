CREATE SCHEMA club;

CREATE TABLE club.member (
  member_id uuid PRIMARY KEY,
  number    integer NOT NULL,
  name      text NOT NULL,
  status    text NOT NULL,
  joined    date
);

CREATE TABLE club.phone (
  member_id uuid NOT NULL REFERENCES club.member,
  phone_id  integer NOT NULL,
  digits    text NOT NULL,
  PRIMARY KEY (member_id, phone_id)
);
