-- One row per person and calendar day, gaps included: how often what measures had changed by then.
WITH rings AS (
    SELECT person, CAST(set_up_at AS date) AS day, COUNT(*) AS n
    FROM stg_ring_configuration
    WHERE set_up_at IS NOT NULL
    GROUP BY person, CAST(set_up_at AS date)
),
measured AS (
    SELECT
        p.person, p.day, r.n AS n_rings, p.sleep_algorithm_version AS version,
        IF(p.sleep_h IS NOT NULL OR p.readiness_score IS NOT NULL OR p.steps IS NOT NULL, p.day) AS day_measured
    FROM person_day AS p
    LEFT JOIN rings AS r ON p.person = r.person AND p.day = r.day
),
days AS (
    SELECT
        person, day, n_rings, version, day_measured,
        LAST_VALUE(version) IGNORE NULLS OVER (
            PARTITION BY person ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS version_before,
        MAX(day_measured) OVER (
            PARTITION BY person ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS measured_before
    FROM measured
),
breaks AS (
    SELECT
        person, day,
        CASE
            WHEN n_rings > 0 AND measured_before IS NOT NULL THEN 'ring'
            WHEN version <> version_before THEN 'algorithm'
            WHEN DATE_DIFF('day', measured_before, day_measured) > 15 THEN 'gap'
        END AS reason
    FROM days
),
counted AS (
    SELECT
        person, day, reason,
        1 + COUNT(reason) OVER (PARTITION BY person ORDER BY day ROWS UNBOUNDED PRECEDING) AS regime
    FROM breaks
)
SELECT
    CAST(person AS varchar) AS person,
    CAST(day AS date) AS day,
    CAST(regime AS integer) AS regime,
    CAST(reason AS varchar) AS break_reason,
    CAST(DATE_DIFF('day', MIN(day) OVER (PARTITION BY person, regime), day) AS integer) AS days_since_break
FROM counted
