package io.berth;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.conditions.ArchConditions.never;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the map of rooms: imports point down only, and what is inside a room stays there. */
class ArchitectureTest {

  /** From the lowest to the highest; rooms on one level never import each other. */
  private static final List<List<String>> LEVELS =
      List.of(
          List.of("platform"),
          List.of("audit"),
          List.of("catalog", "identity"),
          List.of("review"),
          List.of("inventory", "screening"),
          List.of("market", "policy", "ledger", "events"),
          List.of("matching"),
          List.of("booking"),
          List.of("leasing"),
          List.of("kubernetes", "metering", "compliance"));

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.berth");

  static Stream<String> rooms() {
    return LEVELS.stream().flatMap(List::stream);
  }

  @Test
  void everyClassIsInARoom() {
    classes().should().resideInAnyPackage(packages(rooms())).check(MAIN);
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void importsPointDownOnly(String room) {
    int level = levelOf(room);
    Stream<String> barred =
        LEVELS.subList(level, LEVELS.size()).stream()
            .flatMap(List::stream)
            .filter(other -> !other.equals(room));
    noClasses()
        .that()
        .resideInAPackage("io.berth." + room + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages(barred))
        .allowEmptyShould(true)
        .check(MAIN);
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void whatIsInsideARoomStaysThere(String room) {
    String root = "io.berth." + room;
    noClasses()
        .that()
        .resideOutsideOfPackage(root + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(root + ".internal..", root + ".domain..")
        .allowEmptyShould(true)
        .check(MAIN);
  }

  @Test
  void roomsMakeNoCycles() {
    slices().matching("io.berth.(*)..").should().beFreeOfCycles().check(MAIN);
  }

  @Test
  void nothingRunsOnVirtualThreads() {
    // One that waits for a lock while it loads a class keeps its carrier: see ClusterThreads.
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("io.quarkus.virtual.threads.VirtualThreads")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("io.smallrye.common.annotation.RunOnVirtualThread")
        .orShould()
        .callMethod(Thread.class, "ofVirtual")
        .orShould()
        .callMethod(Thread.class, "startVirtualThread", Runnable.class)
        .orShould()
        .callMethod(Executors.class, "newVirtualThreadPerTaskExecutor")
        .check(MAIN);
  }

  @Test
  void onlyOneRoomKnowsKubernetes() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.berth.kubernetes..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.fabric8..")
        .check(MAIN);
  }

  @Test
  void domainCodeIsPlainJava() {
    noClasses()
        .that()
        .resideInAnyPackage("io.berth.*.domain..", "io.berth.matching..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.smallrye..",
            "io.vertx..",
            "io.quarkus..",
            "org.hibernate..",
            "jakarta.persistence..",
            "jakarta.ws.rs..",
            "jakarta.enterprise..",
            "jakarta.inject..",
            "io.berth.*.internal..")
        .check(MAIN);
  }

  @Test
  void domainCodeIsToldTheTime() {
    noClasses()
        .that()
        .resideInAnyPackage("io.berth.*.domain..", "io.berth.matching..")
        .should()
        .accessTargetWhere(asksTheMachineForTheTime())
        .check(MAIN);
  }

  @Test
  void theSandboxStaysOutOfTheService() {
    classes()
        .should(never(dependOnClassesThat(resideInAnyPackage("io.berth.sandbox.."))))
        .check(MAIN);
  }

  @Test
  void theMapIsHeldAgainstTheWholeService() {
    assertThat(rooms().filter(room -> MAIN.containPackage("io.berth." + room)))
        .contains("platform", "audit", "catalog", "identity", "inventory", "policy");
  }

  private static int levelOf(String room) {
    for (int level = 0; level < LEVELS.size(); level++) {
      if (LEVELS.get(level).contains(room)) {
        return level;
      }
    }
    throw new IllegalArgumentException("no room " + room);
  }

  private static String[] packages(Stream<String> rooms) {
    return rooms.map(room -> "io.berth." + room + "..").toArray(String[]::new);
  }

  private static DescribedPredicate<JavaAccess<?>> asksTheMachineForTheTime() {
    Set<String> readings = Set.of("currentTimeMillis", "nanoTime");
    return DescribedPredicate.describe(
        "the machine's clock",
        access -> {
          var owner = access.getTargetOwner();
          String name = access.getTarget().getName();
          return (owner.getPackageName().equals("java.time") && name.equals("now"))
              || (owner.isEquivalentTo(Clock.class)
                  && (name.startsWith("system") || name.startsWith("tick")))
              || (owner.isEquivalentTo(System.class) && readings.contains(name));
        });
  }
}
