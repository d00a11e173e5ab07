-- One row per finding: what one method says of one day.
SELECT
    CAST(person AS varchar) AS person,
    CAST(id AS varchar) AS finding_id,
    CAST(day AS date) AS day,
    CAST(kind AS varchar) AS kind,
    CAST(status AS varchar) AS finding_status,
    CAST(level AS varchar) AS level,
    CAST(score AS double) AS score,
    CAST(deviation AS double) AS deviation,
    CAST(deviation_low AS double) AS deviation_low,
    CAST(deviation_high AS double) AS deviation_high,
    CAST(n_baseline_nights AS integer) AS n_baseline_nights,
    CAST(coverage AS double) AS coverage,
    CAST(drivers AS array(
        row(signal varchar, value double, baseline double, low double, high double, z double) -- noqa: LT01
    )) AS drivers,
    CAST(JSON_FORMAT(CAST(drivers AS json)) AS varchar) AS drivers_json,
    CAST(confounders AS array(varchar)) AS confounders,
    CAST(method_version AS varchar) AS method_version,
    CAST(chance_a_month AS double) AS chance_a_month,
    CAST(fetched_at AS timestamp(3)) AS fetched_at
FROM findings
WHERE NOT COALESCE(is_deleted, FALSE)
