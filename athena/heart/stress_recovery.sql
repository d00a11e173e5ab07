-- One row per person and calendar day, gaps included: daytime stress against recovery and the person's own 60 days.
WITH ranks AS (
    SELECT
        p.person, p.day, p.stress_high_min, p.recovery_high_min, p.day_summary, p.resilience_level,
        CAST(NULLIF(CASE p.resilience_level
            WHEN 'limited' THEN 1 WHEN 'adequate' THEN 2 WHEN 'solid' THEN 3 WHEN 'strong' THEN 4 WHEN
                'exceptional'
                THEN 5
            ELSE 0
        END, 0) AS integer) AS resilience_rank,
        p.stress_high_min / NULLIF(p.stress_high_min + p.recovery_high_min, 0e0) AS share
    FROM person_day AS p
)
SELECT
    CAST(k.person AS varchar) AS person,
    CAST(k.day AS date) AS day,
    CAST(k.stress_high_min AS double) AS stress_high_min,
    CAST(k.recovery_high_min AS double) AS recovery_high_min,
    CAST(k.share AS double) AS stress_share,
    CAST(k.day_summary AS varchar) AS day_summary,
    CAST(b.n AS integer) AS n,
    CAST(b.coverage AS double) AS coverage,
    CAST(b.median AS double) AS stress_median_min,
    CAST(b.z AS double) AS stress_z,
    CAST(b.verdict AS varchar) AS verdict,
    CAST(COUNT(k.share) OVER month AS integer) AS n_28,
    CAST(COUNT(k.share) OVER month / 28e0 AS double) AS coverage_28,
    CAST(IF(COUNT(k.share) OVER month >= 7, AVG(k.share) OVER month) AS double) AS stress_share_mean,
    CAST(k.resilience_level AS varchar) AS resilience_level,
    CAST(k.resilience_rank AS integer) AS resilience_rank,
    CAST(r.hrv_balance_score AS integer) AS hrv_balance_score,
    CAST(r.recovery_index_score AS integer) AS recovery_index_score
FROM ranks AS k
LEFT JOIN trend_baselines AS b ON k.person = b.person AND k.day = b.day AND b.metric = 'stress_high_min'
LEFT JOIN stg_daily_readiness AS r ON k.person = r.person AND k.day = r.day
WINDOW month AS (PARTITION BY k.person ORDER BY k.day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW)
