-- One row per sample of heart rate and its source.
SELECT
    person,
    "timestamp" AS sampled_at,
    source AS heart_rate_source,
    NULLIF(bpm, 0) AS heart_rate_bpm,
    month
FROM heartrate
