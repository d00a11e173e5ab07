-- One row per person, audience, mode and metric ever decided on: may it be shown?
SELECT
    person,
    id AS consent_id,
    audience,
    mode,
    metric,
    state = 'given' AS is_given,
    fetched_at AS decided_at
FROM consents
WHERE NOT COALESCE(is_deleted, FALSE)
