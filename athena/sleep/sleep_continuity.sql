-- One row per person and calendar day, gaps included: how unbroken the main sleep was, and its stages.
WITH runs AS (
    -- Awake for 10 minutes or more between the first and the last sleep of the night; 5 minutes may be fewer.
    SELECT
        person, day, efficiency_pct, latency_min, deep_h, rem_h, asleep_h,
        GREATEST(0e0, 60e0 * awake_h - COALESCE(latency_min, 0e0)) AS waso_min,
        IF(LENGTH(sleep_phase_5_min) > 0, CARDINALITY(
            REGEXP_EXTRACT_ALL(REGEXP_REPLACE(sleep_phase_5_min, '^[^123]+|[^123]+$', ''), '44+')
        )) AS n_awakenings
    FROM nights
    WHERE sleep_id IS NOT NULL
),
trailing AS (
    SELECT
        c.person, c.day, r.efficiency_pct, r.latency_min, r.waso_min, r.n_awakenings, r.deep_h, r.rem_h, r.asleep_h,
        COUNT(r.efficiency_pct) OVER month AS n, COUNT(r.latency_min) OVER month AS n_latency,
        COUNT(r.waso_min) OVER month AS n_waso, COUNT(r.n_awakenings) OVER month AS n_hypnogram,
        COUNT((r.deep_h + r.rem_h) / NULLIF(r.asleep_h, 0e0)) OVER month AS n_stages,
        AVG(IF(r.efficiency_pct >= 85, 1e0, 0e0 * r.efficiency_pct)) OVER month AS efficient,
        AVG(IF(r.latency_min <= 30e0, 1e0, 0e0 * r.latency_min)) OVER month AS quick,
        AVG(IF(r.waso_min <= 20e0, 1e0, 0e0 * r.waso_min)) OVER month AS unbroken,
        AVG(IF(r.n_awakenings <= 1, 1e0, 0e0 * r.n_awakenings)) OVER month AS calm,
        AVG(r.deep_h / NULLIF(r.asleep_h, 0e0)) OVER month AS deep_mean,
        AVG(r.rem_h / NULLIF(r.asleep_h, 0e0)) OVER month AS rem_mean
    FROM calendar AS c
    LEFT JOIN runs AS r ON c.person = r.person AND c.day = r.day
    WINDOW month AS (PARTITION BY c.person ORDER BY c.day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW)
)
SELECT
    CAST(person AS varchar) AS person,
    CAST(day AS date) AS day,
    CAST(efficiency_pct AS integer) AS efficiency_pct,
    CAST(latency_min AS double) AS latency_min,
    CAST(waso_min AS double) AS waso_min,
    CAST(n_awakenings AS integer) AS n_awakenings,
    CAST(deep_h / NULLIF(asleep_h, 0e0) AS double) AS deep_share,
    CAST(rem_h / NULLIF(asleep_h, 0e0) AS double) AS rem_share,
    CAST(n AS integer) AS n,
    CAST(n / 28e0 AS double) AS coverage,
    CAST(n_latency AS integer) AS n_latency,
    CAST(n_waso AS integer) AS n_waso,
    CAST(n_hypnogram AS integer) AS n_hypnogram,
    CAST(n_stages AS integer) AS n_stages,
    CAST(IF(n >= 7, efficient) AS double) AS share_efficient,
    CAST(IF(n_latency >= 7, quick) AS double) AS share_quick,
    CAST(IF(n_waso >= 7, unbroken) AS double) AS share_unbroken,
    CAST(IF(n_hypnogram >= 7, calm) AS double) AS share_calm,
    CAST(IF(n_stages >= 7, deep_mean) AS double) AS deep_share_mean,
    CAST(IF(n_stages >= 7, rem_mean) AS double) AS rem_share_mean,
    CAST('Ohayon et al. 2017, Sleep Health 3:6' AS varchar) AS citation
FROM trailing
