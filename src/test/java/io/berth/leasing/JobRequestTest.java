package io.berth.leasing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import io.berth.testing.BerthTest;
import io.berth.testing.SeededMarket;
import io.restassured.response.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a job may ask for, and what it may not. */
@BerthTest
class JobRequestTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hostNetwork",
        "hostPID",
        "hostIPC",
        "hostUsers",
        "privileged",
        "securityContext",
        "hostPath",
        "nodeName",
        "nodeSelector",
        "affinity",
        "tolerations",
        "serviceAccountName",
        "automountServiceAccountToken",
        "schedulerName",
        "priorityClassName",
        "runtimeClassName",
        "initContainers",
        "resources",
        "envFrom",
        "imagePullSecrets",
        "dnsConfig",
        "hostAliases",
        "namespace",
        "podSpec"
      })
  void refusesEveryOtherSettingOfPodsByName(String setting) {
    submit("\"accelerators\": 1, \"%s\": true".formatted(setting))
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("errors[0].pointer", is("/" + setting))
        .body("detail", containsString("'" + setting + "'"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"name\": \"a\", \"mountPath\": \"/a\", \"hostPath\": \"/\"}|/volumes/0/hostPath",
        "{\"name\": \"a\", \"mountPath\": \"/a\", \"secret\": \"x\"}|/volumes/0/secret",
        "{\"name\": \"a\", \"mountPath\": \"/a\"}|/volumes/0",
        "{\"name\": \"a\", \"mountPath\": \"/a\", \"sizeGib\": 1, \"claim\": \"b\"}|/volumes/0",
        "{\"name\": \"a\", \"mountPath\": \"/a/../etc\", \"sizeGib\": 1}|/volumes/0/mountPath",
        "{\"name\": \"a\", \"mountPath\": \"/./proc\", \"sizeGib\": 1}|/volumes/0/mountPath",
        "{\"name\": \"a\", \"mountPath\": \"/etc/ssl\", \"sizeGib\": 1}|/volumes/0/mountPath",
        "{\"name\": \"a\", \"mountPath\": \"/dev/shm\", \"sizeGib\": 1}|/volumes/0/mountPath",
        "{\"name\": \"a\", \"mountPath\": \"a\", \"sizeGib\": 1}|/volumes/0/mountPath",
        "{\"name\": \"A\", \"mountPath\": \"/a\", \"sizeGib\": 1}|/volumes/0/name",
        "{\"name\": \"a\", \"mountPath\": \"/a\", \"sizeGib\": 0}|/volumes/0/sizeGib",
        "{\"name\": \"a\", \"mountPath\": \"/a\", \"sizeGib\": 1, \"readOnly\": true}|/volumes/0/readOnly"
      })
  void refusesVolumesThatAreNone(String volume, String pointer) {
    submit("\"accelerators\": 1, \"volumes\": [%s]".formatted(volume))
        .then()
        .statusCode(400)
        .body("errors[0].pointer", is(pointer));
  }

  @Test
  void refusesTwoVolumesAtOnePlace() {
    submit(
            """
            "accelerators": 1, "volumes": [{"name": "a", "mountPath": "/a", "sizeGib": 1},
              {"name": "b", "mountPath": "/a", "claim": "c"}]
            """)
        .then()
        .statusCode(400)
        .body("errors[0].pointer", is("/volumes/1/mountPath"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"parallelism\": 2|/accelerators",
        "\"accelerators\": 1, \"acceleratorsByRank\": [1]|/acceleratorsByRank",
        "\"parallelism\": 2, \"acceleratorsByRank\": [1]|/acceleratorsByRank",
        "\"acceleratorsByRank\": []|/acceleratorsByRank",
        "\"acceleratorsByRank\": [0]|/acceleratorsByRank/0",
        "\"accelerators\": 1, \"sharedMemoryGib\": 0|/sharedMemoryGib",
        "\"accelerators\": 1, \"ttl\": \"PT0S\"|/ttl",
        "\"accelerators\": 1, \"env\": {\"A\": \"1\"}, \"secretEnv\": {\"A\": \"2\"}|/secretEnv/A",
        "\"accelerators\": 1, \"registryCredentials\": {\"username\": \"a\", \"password\": \"b\"}|/image",
        "\"accelerators\": 1, \"registryCredentials\": {\"username\": \"a:b\", \"password\": \"b\"}|/registryCredentials/username",
        "\"accelerators\": 1, \"registryCredentials\": {\"username\": \"a\"}|/registryCredentials/password"
      })
  void refusesWhatContradictsItself(String fields, String pointer) {
    submit(fields).then().statusCode(400).body("errors[0].pointer", is(pointer));
  }

  @Test
  void refusesDevicesBySecretToo() {
    Response answer =
        submit("\"accelerators\": 1, \"secretEnv\": {\"NVIDIA_VISIBLE_DEVICES\": \"all\"}");

    answer
        .then()
        .statusCode(422)
        .body("errors[0].pointer", is("/secretEnv/NVIDIA_VISIBLE_DEVICES"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"args\": [%s, %s, %s, %s, \"a\"]",
        "\"command\": [%s, %s], \"args\": [%s], \"env\": {\"A\": %s}"
      })
  void refusesWhatIsTooLongTogether(String fields) {
    String word = "\"" + "a".repeat(16 * 1024) + "\"";

    submit("\"accelerators\": 1, " + fields.formatted(word, word, word, word))
        .then()
        .statusCode(400)
        .body("errors[0].detail", containsString("65536 characters together"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"command\": [\"sh\", \"a\\u0000\"]|/command/1",
        "\"args\": [\"\\u0000a\"]|/args/0",
        "\"env\": {\"A\": \"a\\u0000b\"}|/env/A",
        "\"secretEnv\": {\"B\": \"\\u0000\"}|/secretEnv/B"
      })
  void refusesNul(String fields, String pointer) {
    submit("\"accelerators\": 1, " + fields)
        .then()
        .statusCode(400)
        .body("errors[0].pointer", is(pointer))
        .body("errors[0].detail", containsString("NUL"));
  }

  @Test
  void takesEverythingThatIsAllowed() {
    Response answer =
        submit(
            """
            "acceleratorsByRank": [1, 2], "retries": 1, "deadline": "PT1H", "ttl": "PT1H",
            "env": {"A": "1"}, "secretEnv": {"TOKEN": "hush"}, "sharedMemoryGib": 8,
            "volumes": [{"name": "a", "mountPath": "/a", "sizeGib": 1},
              {"name": "b", "mountPath": "/b", "claim": "c", "readOnly": true}]
            """);

    // Past the checks: there is no such lease.
    answer.then().statusCode(404);
    assertThat(answer.asString()).doesNotContain("hush");
  }

  private static Response submit(String fields) {
    return SeededMarket.once("tenant")
        .body("{\"name\": \"a\", \"image\": \"x/y:1\", %s}".formatted(fields))
        .post("/v1/leases/" + LeaseId.fresh() + "/jobs");
  }
}
