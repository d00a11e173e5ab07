-- One row per person and hour of the local clock with a heart rate.
WITH offsets AS (
    SELECT
        c.person, c.day,
        LAST_VALUE(COALESCE(n.utc_offset_min, a.utc_offset_min)) IGNORE NULLS OVER (
            PARTITION BY c.person ORDER BY c.day ROWS UNBOUNDED PRECEDING
        ) AS utc_offset_min
    FROM calendar AS c
    LEFT JOIN nights AS n ON c.person = n.person AND c.day = n.day
    LEFT JOIN stg_daily_activity AS a ON c.person = a.person AND c.day = a.day
),
samples AS (
    SELECT
        h.person, h.heart_rate_bpm, h.heart_rate_source,
        CAST(DATE_TRUNC('hour', CAST(
            DATE_ADD('minute', o.utc_offset_min, h.sampled_at) AS timestamp(3)
        )) AS timestamp(3)) AS hour_local
    FROM stg_heartrate AS h
    INNER JOIN offsets AS o ON h.person = o.person AND CAST(h.sampled_at AS date) = o.day
    WHERE h.heart_rate_bpm IS NOT NULL AND o.utc_offset_min IS NOT NULL
)
SELECT
    CAST(person AS varchar) AS person,
    CAST(hour_local AS timestamp(3)) AS hour_local,
    CAST(AVG(CAST(heart_rate_bpm AS double)) AS double) AS heart_rate_bpm,
    CAST(MIN(heart_rate_bpm) AS integer) AS lowest_bpm,
    CAST(MAX(heart_rate_bpm) AS integer) AS highest_bpm,
    CAST(COUNT(*) AS integer) AS n,
    CAST(COUNT(IF(heart_rate_source IN ('rest', 'sleep'), 1)) AS integer) AS n_at_rest
FROM samples
GROUP BY person, hour_local
