-- One row per person and calendar day, gaps included: how often what measures had changed by then.
SELECT
    person,
    day,
    regime,
    break_reason,
    DATE_DIFF('day', MIN(day) OVER (PARTITION BY person, regime), day) AS days_since_break
FROM metric_values
WHERE metric = 'sleep_h'
