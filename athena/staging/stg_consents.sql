-- One row per person, audience, mode and metric ever decided on: may it be shown?
SELECT
    CAST(person AS varchar) AS person,
    CAST(id AS varchar) AS consent_id,
    CAST(audience AS varchar) AS audience,
    CAST(mode AS varchar) AS mode,
    CAST(metric AS varchar) AS metric,
    CAST(state = 'given' AS boolean) AS is_given,
    CAST(fetched_at AS timestamp(3)) AS decided_at
FROM consents
WHERE NOT COALESCE(is_deleted, FALSE)
