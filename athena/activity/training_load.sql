-- One row per person and calendar day, gaps included: the load of the last 7 days against the last 28.
WITH trailing AS (
    SELECT
        person, day, CAST(met_min AS double) AS load,
        COUNT(met_min) OVER (PARTITION BY person ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS n_7,
        SUM(met_min) OVER (PARTITION BY person ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS sum_7,
        AVG(CAST(met_min AS double)) OVER (
            PARTITION BY person ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW
        ) AS mean_7,
        STDDEV_SAMP(CAST(met_min AS double)) OVER (
            PARTITION BY person ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW
        ) AS sd_7,
        COUNT(met_min) OVER (PARTITION BY person ORDER BY day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW) AS n_28,
        AVG(CAST(met_min AS double)) OVER (
            PARTITION BY person ORDER BY day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW
        ) AS mean_28,
        AVG(CAST(met_min AS double)) OVER (
            PARTITION BY person ORDER BY day ROWS BETWEEN 27 PRECEDING AND 7 PRECEDING
        ) AS mean_before
    FROM person_day
)
-- One missing day of 7 is borne (Foster wants every day), and 7 of 28.
SELECT
    person,
    day,
    load AS load_met_min,
    n_7,
    n_7 / 7e0 AS coverage_7,
    n_28,
    n_28 / 28e0 AS coverage_28,
    IF(n_7 >= 6, mean_7) AS acute_met_min,
    IF(n_28 >= 21, mean_28) AS chronic_met_min,
    IF(n_7 >= 6 AND n_28 >= 21, mean_7 / NULLIF(mean_28, 0e0)) AS load_change,
    IF(n_7 >= 6 AND n_28 >= 21, mean_7 / NULLIF(mean_before, 0e0)) AS load_change_uncoupled,
    IF(n_7 >= 6, mean_7 / NULLIF(sd_7, 0e0)) AS monotony,
    IF(n_7 >= 6, sum_7 * mean_7 / NULLIF(sd_7, 0e0)) AS strain_met_min
FROM trailing
