package io.berth.screening.internal;

/** Examples for the contract. */
final class ScreeningExamples {

  private static final String HASH =
      "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

  static final String IMPORT =
      """
      {
        "id": "import_agrat33q252a5ljlyzt7t36bji",
        "list": "un-sc",
        "state": "active",
        "force": false,
        "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "asOf": "2026-11-17",
        "entries": 1024,
        "importedBy": "c7b1f0de-5a3c-4c54-9d53-0f4f2f1f6d1e",
        "createdAt": "2026-11-18T06:00:00Z",
        "activatedAt": "2026-11-18T06:00:00Z"
      }
      """;

  static final String QUEUED =
      """
      {
        "id": "import_agrat33q252a5ljlyzt7t36bji",
        "list": "un-sc",
        "state": "queued",
        "url": "https://scsanctions.un.org/resources/xml/en/consolidated.xml",
        "force": false,
        "importedBy": "c7b1f0de-5a3c-4c54-9d53-0f4f2f1f6d1e",
        "createdAt": "2026-11-18T06:00:00Z"
      }
      """;

  static final String IMPORTS = "{\"items\": [" + IMPORT + "]}";

  static final String DOWNLOAD =
      """
      {"url": "https://scsanctions.un.org/resources/xml/en/consolidated.xml"}
      """;

  static final String FILE =
      """
      <CONSOLIDATED_LIST dateGenerated="2026-11-17T15:37:15.000Z"><ENTITIES>…</ENTITIES></CONSOLIDATED_LIST>
      """;

  static final String LISTS =
      """
      {
        "items": [
          {
            "list": "un-sc",
            "required": true,
            "importId": "import_agrat33q252a5ljlyzt7t36bji",
            "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "asOf": "2026-11-17",
            "entries": 1024,
            "activatedAt": "2026-11-18T06:00:00Z"
          },
          {"list": "uk-sl", "required": true}
        ],
        "listsHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "complete": false,
        "parties": 1024
      }
      """;

  static final String SEARCH =
      """
      {"name": "Quelbrunn Photonik Institute", "countries": ["CN"], "identifiers": []}
      """;

  private static final String HIT =
      """
      {
        "entry": "EL/1a7e5b0a4c",
        "name": "Quellbrunn Photonik Institute",
        "strength": "primary",
        "score": 0.9987,
        "parts": [
          {"kind": "name", "points": 0.9987, "detail": "Agree: photonik, institute, quelbrunn ~ quellbrunn (0.98)."},
          {"kind": "country", "points": 0.03, "detail": "Both are connected with [CN]."}
        ],
        "party": {
          "listing": "EL",
          "uid": "1a7e5b0a4c",
          "type": "unknown",
          "names": ["Quellbrunn Photonik Institute", "QPI"],
          "countries": ["CN", "HK"],
          "identifiers": [],
          "dates": [],
          "programmes": [],
          "addresses": ["88 Made-up Road, Chengdu, Sichuan, CN"]
        }
      }
      """;

  static final String RESULT = "{\"items\": [" + HIT + "], \"listsHash\": \"" + HASH + "\"}";

  static final String MATCHES =
      """
      {
        "items": [
          {
            "id": "match_agrat33q252a5ljlyzt7t36bji",
            "organizationId": "org_agpmn4a4tvyrnd6ag6m7s3tnke",
            "finding": "open",
            "caseId": "case_agrat33q252a5ljlyzt7t36bji",
            "hit":
      """
          + HIT
          + """
                , "foundAt": "2026-11-18T06:00:01Z"
              }
            ]
          }
          """;

  private ScreeningExamples() {}
}
