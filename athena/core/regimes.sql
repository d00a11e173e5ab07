-- One row per person and calendar day, gaps included: how often what measures had changed by then.
SELECT
    CAST(person AS varchar) AS person,
    CAST(day AS date) AS day,
    CAST(regime AS integer) AS regime,
    CAST(break_reason AS varchar) AS break_reason,
    CAST(DATE_DIFF('day', MIN(day) OVER (PARTITION BY person, regime), day) AS integer) AS days_since_break
FROM metric_values
WHERE metric = 'sleep_h'
