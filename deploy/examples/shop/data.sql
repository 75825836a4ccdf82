-- About 200,000 rows for the legacy shop, the same every time. Runs inside the database.

INSERT INTO cust_mst
SELECT n, (ARRAY['acme','globex','initech','umbrella'])[1 + (n * 7) % 4],
       CASE WHEN n % 11 = 0 THEN NULL ELSE 'First' || n % 997 END, 'Last ' || n,
       (ARRAY['A','A','A','I','B'])[1 + n % 5],
       CASE n % 4 WHEN 0 THEN NULL WHEN 1 THEN '  ' WHEN 2 THEN ' 030/' || n ELSE '+49 (0)30 ' || n || ' ext. 7' END,
       (n::bigint * 7919) % 1000000 - 100000, CASE WHEN n % 3 = 0 THEN NULL ELSE n * 100 END, (n % 4) * 10,
       timestamp '2024-01-01 12:00' + n * interval '47 minutes 13.000007 seconds'
FROM generate_series(1, 20000) n;

INSERT INTO cust_addr
SELECT n, 1 + (n * 13) % 20000, CASE WHEN n % 2 = 0 THEN 'B' ELSE 'S' END,
       CASE WHEN n % 9 = 0 THEN NULL ELSE 'Straße ' || n END, 'Town ' || n % 50, 'P' || n % 90000
FROM generate_series(1, 30000) n;

INSERT INTO item_mst
SELECT 'IT-' || n, (ARRAY['acme','globex','initech','umbrella'])[1 + n % 4], 'Item ' || n,
       CASE WHEN n % 10 = 0 THEN repeat(md5(n::text), 200) END, 100 + n * 3,
       CASE n % 3 WHEN 0 THEN 'Y' WHEN 1 THEN 'N' END
FROM generate_series(1, 2000) n;

INSERT INTO item_stock
SELECT 'IT-' || n, 'W' || w, (n * w) % 100 FROM generate_series(1, 2000) n, generate_series(1, 3) w;

INSERT INTO ord_hdr
SELECT n, (ARRAY['acme','globex','initech','umbrella'])[1 + n % 4], 1 + (n * 31) % 20000,
       (ARRAY['N','P','S','X'])[1 + n % 4],
       timestamp '2026-04-01 08:00' + n * interval '1 minute', (n * 17) % 90000,
       CASE WHEN n % 20 = 0 THEN 'please ring twice' END
FROM generate_series(1, 40000) n;

INSERT INTO ord_line
SELECT o, l, 'IT-' || (1 + (o * 3 + l) % 2000), 1 + o % 5, 100 + l * 50
FROM generate_series(1, 40000) o, LATERAL generate_series(1, 1 + o % 4) l;

INSERT INTO ord_ship
SELECT n, n * 4 - 2, 'Parcel ' || n % 3, timestamp '2026-05-01 08:00' + n * interval '3 minutes'
FROM generate_series(1, 4000) n;

ANALYZE;
