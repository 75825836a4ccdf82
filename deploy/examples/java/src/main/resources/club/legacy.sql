CREATE TABLE member (
  no     integer PRIMARY KEY,
  name   varchar(60) NOT NULL,
  stat   varchar(1) NOT NULL,            -- A active, L left
  joined integer                         -- 20240131
);

CREATE TABLE phone (
  id     integer PRIMARY KEY,
  no     integer NOT NULL,
  digits varchar(20) NOT NULL
);

-- A delete carries no more than the replica identity, and the partition of a phone hangs on its member's number.
ALTER TABLE phone REPLICA IDENTITY FULL;
