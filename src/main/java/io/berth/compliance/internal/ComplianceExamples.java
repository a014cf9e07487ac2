package io.berth.compliance.internal;

/** Examples for the contract. */
final class ComplianceExamples {

  static final String SIMULATION_REQUEST =
      """
      {
        "packVersionId": "pack_agrat33sbz5qrjcxoull2v3hva",
        "at": "2027-01-01T00:00:00Z",
        "gracePeriod": "P7D"
      }
      """;

  static final String SIMULATION =
      """
      {
        "id": "simulation_agrat33sbz5qrjcxoull2v3hva",
        "askedBy": "compliance",
        "action": "activate",
        "pack": {
          "layer": "operator",
          "id": "house-rules",
          "version": "2026.12.1",
          "hash": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"
        },
        "at": "2027-01-01T00:00:00Z",
        "gracePeriod": "PT168H",
        "summary": {
          "leasesJudged": 214,
          "leasesBreaking": 1,
          "valueLost": {"amountMicros": "61920000", "currency": "USD"},
          "offersJudged": 40,
          "tenantsConsidered": 61,
          "offersChanging": 1,
          "ordersJudged": 5,
          "ordersChanging": 0
        },
        "leases": [
          {
            "leaseId": "lease_agrat33sbz5qrjcxoull2v3hva",
            "tenantId": "org_agrat3z4yf2y5gx323akgbowqi",
            "providerId": "org_agrat3z3en5wphq47zej7gfipe",
            "model": "nvidia-h20",
            "accelerators": 8,
            "start": "2026-12-30T00:00:00Z",
            "end": "2027-01-02T00:00:00Z",
            "verdictNow": "ALLOW",
            "verdictThen": "DENY",
            "breaksAt": "2027-01-01T00:00:00Z",
            "endsAt": "2027-01-01T00:00:00Z",
            "valueLost": {"amountMicros": "61920000", "currency": "USD"},
            "reasons": [
              {
                "pack": "house-rules",
                "ruleId": "no-h20",
                "verdict": "DENY",
                "message": "This marketplace no longer leases H20."
              }
            ]
          }
        ],
        "offers": [
          {
            "offerId": "offer_agrat32fxf575kkz6fhr5f24nu",
            "providerId": "org_agrat3z3en5wphq47zej7gfipe",
            "model": "nvidia-h20",
            "region": "sg-1",
            "pricePerAcceleratorHour": {"amountMicros": "1290000", "currency": "USD"},
            "tenantsNow": 60,
            "tenantsThen": 0
          }
        ],
        "orders": [],
        "createdAt": "2026-11-23T19:43:36.871204Z"
      }
      """;

  static final String TABLE =
      """
      kind,id,tenant,provider,model,accelerators,verdictNow,verdictThen,breaksAt,endsAt,valueLost,currency,tenantsNow,tenantsThen,rules
      lease,lease_agrat33sbz5qrjcxoull2v3hva,org_agrat3z4yf2y5gx323akgbowqi,org_agrat3z3en5wphq47zej7gfipe,nvidia-h20,8,ALLOW,DENY,2027-01-01T00:00:00Z,2027-01-01T00:00:00Z,61.920000,USD,,,no-h20
      """;

  static final String WIND_DOWN_REQUEST =
      """
      {
        "simulationId": "simulation_agrat33sbz5qrjcxoull2v3hva",
        "gracePeriod": "P7D",
        "reason": "H20 is banned from 2027 on."
      }
      """;

  private static final String ORDER =
      """
      {
        "id": "winddown_agrat33sbz5qrjcxoull2v3hva",
        "orderedBy": "compliance",
        "simulationId": "simulation_agrat33sbz5qrjcxoull2v3hva",
        "gracePeriod": "PT168H",
        "reason": "H20 is banned from 2027 on.",
        "leases": [
          {
            "leaseId": "lease_agrat33sbz5qrjcxoull2v3hva",
            "endsAt": "2027-01-01T00:00:00Z",
            "taken": true
          }
        ],
        "createdAt": "2026-11-23T19:43:36.871204Z"\
      """;

  static final String WIND_DOWN = ORDER + "}";

  static final String WITHDRAWN = ORDER + ", \"withdrawnAt\": \"2026-11-24T08:00:00Z\"}";

  static final String WIND_DOWNS = "{\"items\": [" + WIND_DOWN + "]}";

  private ComplianceExamples() {}
}
