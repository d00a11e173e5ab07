-- One row per person and calendar day, gaps included: daytime stress against recovery and the person's own 60 days.
WITH ranks AS (
    SELECT
        person, day, stress_high_min, recovery_high_min, day_summary, resilience_level,
        CAST(NULLIF(CASE resilience_level
            WHEN 'limited' THEN 1 WHEN 'adequate' THEN 2 WHEN 'solid' THEN 3 WHEN 'strong' THEN 4 WHEN
                'exceptional'
                THEN 5
            ELSE 0
        END, 0) AS integer) AS resilience_rank,
        stress_high_min / NULLIF(stress_high_min + recovery_high_min, 0e0) AS share
    FROM person_day
)
SELECT
    ranks.person,
    ranks.day,
    ranks.stress_high_min,
    ranks.recovery_high_min,
    ranks.share AS stress_share,
    ranks.day_summary,
    baselines.n,
    baselines.coverage,
    baselines.median AS stress_median_min,
    baselines.z AS stress_z,
    baselines.verdict,
    COUNT(ranks.share) OVER month AS n_28,
    COUNT(ranks.share) OVER month / 28e0 AS coverage_28,
    IF(COUNT(ranks.share) OVER month >= 7, AVG(ranks.share) OVER month) AS stress_share_mean,
    ranks.resilience_level,
    ranks.resilience_rank,
    readiness.hrv_balance_score,
    readiness.recovery_index_score
FROM ranks
LEFT JOIN trend_baselines AS baselines
    ON ranks.person = baselines.person AND ranks.day = baselines.day AND baselines.metric = 'stress_high_min'
LEFT JOIN stg_daily_readiness AS readiness ON ranks.person = readiness.person AND ranks.day = readiness.day
WINDOW month AS (PARTITION BY ranks.person ORDER BY ranks.day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW)
