-- One row per finding: what one method says of one day.
SELECT
    person,
    id AS finding_id,
    day,
    kind,
    status AS finding_status,
    level,
    score,
    deviation,
    deviation_low,
    deviation_high,
    n_baseline_nights,
    coverage,
    drivers,
    JSON_FORMAT(CAST(drivers AS json)) AS drivers_json,
    confounders,
    method_version,
    chance_a_month,
    fetched_at
FROM findings
WHERE NOT COALESCE(is_deleted, FALSE)
