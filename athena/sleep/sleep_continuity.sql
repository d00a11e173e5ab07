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
        calendar.person, calendar.day, runs.efficiency_pct, runs.latency_min, runs.waso_min, runs.n_awakenings,
        runs.deep_h, runs.rem_h, runs.asleep_h,
        COUNT(runs.efficiency_pct) OVER month AS n, COUNT(runs.latency_min) OVER month AS n_latency,
        COUNT(runs.waso_min) OVER month AS n_waso, COUNT(runs.n_awakenings) OVER month AS n_hypnogram,
        COUNT((runs.deep_h + runs.rem_h) / NULLIF(runs.asleep_h, 0e0)) OVER month AS n_stages,
        AVG(IF(runs.efficiency_pct >= 85, 1e0, 0e0 * runs.efficiency_pct)) OVER month AS efficient,
        AVG(IF(runs.latency_min <= 30e0, 1e0, 0e0 * runs.latency_min)) OVER month AS quick,
        AVG(IF(runs.waso_min <= 20e0, 1e0, 0e0 * runs.waso_min)) OVER month AS unbroken,
        AVG(IF(runs.n_awakenings <= 1, 1e0, 0e0 * runs.n_awakenings)) OVER month AS calm,
        AVG(runs.deep_h / NULLIF(runs.asleep_h, 0e0)) OVER month AS deep_mean,
        AVG(runs.rem_h / NULLIF(runs.asleep_h, 0e0)) OVER month AS rem_mean
    FROM calendar
    LEFT JOIN runs ON calendar.person = runs.person AND calendar.day = runs.day
    WINDOW month AS (PARTITION BY calendar.person ORDER BY calendar.day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW)
)
SELECT
    person,
    day,
    efficiency_pct,
    latency_min,
    waso_min,
    n_awakenings,
    deep_h / NULLIF(asleep_h, 0e0) AS deep_share,
    rem_h / NULLIF(asleep_h, 0e0) AS rem_share,
    n,
    n / 28e0 AS coverage,
    n_latency,
    n_waso,
    n_hypnogram,
    n_stages,
    IF(n >= 7, efficient) AS share_efficient,
    IF(n_latency >= 7, quick) AS share_quick,
    IF(n_waso >= 7, unbroken) AS share_unbroken,
    IF(n_hypnogram >= 7, calm) AS share_calm,
    IF(n_stages >= 7, deep_mean) AS deep_share_mean,
    IF(n_stages >= 7, rem_mean) AS rem_share_mean,
    'Ohayon et al. 2017, Sleep Health 3:6' AS citation
FROM trailing
