-- One row per person and day on which the ring left a trace: what tells whether it was charged and worn.
WITH parts AS (
    SELECT
        person, day, non_wear_s, SUBSTR(class_5_min, 1, 48) AS classes, CAST(NULL AS integer) AS battery_pct,
        CAST(NULL AS timestamp(3)) AS read_at
    FROM stg_daily_activity
    -- The evening, from 22:00 to 04:00, belongs to the night that ends on the next day.
    UNION ALL
    SELECT
        person, CAST(DATE_ADD('day', 1, day) AS date) AS day, CAST(NULL AS integer) AS non_wear_s,
        SUBSTR(class_5_min, 217, 72) AS classes, CAST(NULL AS integer) AS battery_pct,
        CAST(NULL AS timestamp(3)) AS read_at
    FROM stg_daily_activity
    UNION ALL
    SELECT
        person, CAST(sampled_at AS date) AS day, CAST(NULL AS integer) AS non_wear_s, CAST(NULL AS varchar) AS classes,
        battery_pct, sampled_at AS read_at
    FROM stg_ring_battery_level
)
SELECT
    person,
    day,
    MAX(non_wear_s) AS non_wear_s,
    300 * SUM(LENGTH(classes) - LENGTH(REPLACE(classes, '0', ''))) AS night_non_wear_s,
    MIN(battery_pct) AS lowest_battery_pct,
    MAX_BY(battery_pct, read_at) AS last_battery_pct
FROM parts
GROUP BY person, day
