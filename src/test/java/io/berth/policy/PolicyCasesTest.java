package io.berth.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.catalog.AcceleratorModel;
import io.berth.inventory.Regime;
import io.berth.platform.Figure;
import io.berth.policy.NodeFacts.Authorisation;
import io.berth.policy.PolicyCases.Report;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading worked cases, and what is said of those that cannot be read. */
class PolicyCasesTest {

  private static final List<AcceleratorModel> MODELS = new AcceleratorCatalog().all();
  private static final String HEADER =
      "id,tRes,tParent,tEnd,tListed,tElPct,tPolicy,model,nCountry,nAuth,nState,pParent,mode,workload,"
          + "data,usNexus,v20260101";
  private static final String DOMESTIC =
      "1,US,US,US,,0,,H100,US,,false,US,remote,training,,true,ALLOW";

  @Test
  void readsEveryKindOfCell() {
    PolicyCases cases =
        read(
            HEADER + ",v20270101,why,pListed",
            "a,DE,FR,IT,SDN;EL,12.5,no-nvidia,nvidia-h200-sxm,NO,L-1@2026-02-01;L-2@2026-03-01..2026-04-01,true,"
                + "SE,possession,inference,eea-only,true,DENY,HOLD_LICENCE,\"because, and\nso\",EL");

    assertThat(cases.problems()).isEmpty();
    assertThat(cases.cases())
        .extracting(PolicyCases.Case::date, PolicyCases.Case::expected)
        .containsExactly(
            tuple(LocalDate.parse("2026-01-01"), Verdict.DENY),
            tuple(LocalDate.parse("2027-01-01"), Verdict.HOLD_LICENCE));
    PolicyQuestion question = cases.cases().getFirst().question();
    Questions expected = Questions.domestic().with("H200").possession();
    expected.residence = "DE";
    expected.parent = "FR";
    expected.endUse = "IT";
    expected.listedOn = Set.of(DeniedPartyList.SDN, DeniedPartyList.ENTITY_LIST);
    expected.ownedByListedPercent = Figure.exact(new BigDecimal("12.5"));
    expected.ownRules = Set.of(TenantRule.NO_NVIDIA);
    expected.nodeCountry = "NO";
    expected.providerResidence = "NO";
    expected.providerParent = "SE";
    expected.providerListedOn = Set.of(DeniedPartyList.ENTITY_LIST);
    expected.stateFunded = true;
    expected.dataResidency = DataResidency.EEA_ONLY;
    expected.usNexus = true;
    expected.authorisations =
        List.of(
            new Authorisation("L-1", Questions.moment("2026-02-01"), null, Regime.US_BIS),
            new Authorisation(
                "L-2",
                Questions.moment("2026-03-01"),
                Questions.moment("2026-04-01"),
                Regime.US_BIS));
    expected.period = question.period();
    assertThat(question).isEqualTo(expected.ask());
    assertThat(question.period().start()).isEqualTo(Questions.moment("2026-01-01"));
  }

  @Test
  void readsQuestionMarksAsUnknown() {
    PolicyQuestion question =
        read(HEADER, "1,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,HOLD_EVIDENCE").cases().getFirst().question();

    assertThat(question.tenant())
        .isEqualTo(new TenantFacts(null, null, null, null, Figure.unknown(), null));
    assertThat(question.request()).isEqualTo(new RequestFacts(null, null, null, null));
    assertThat(question.provider().ultimateParent()).isNull();
    assertThat(question.node().country()).isNull();
    assertThat(question.node().stateFunded()).isNull();
    assertThat(question.node().authorisations()).isNull();
    assertThat(question.accelerator()).isEqualTo(Facts.unknownAccelerator());
  }

  @ParameterizedTest(name = "{0} instead of {1}: {2}")
  @CsvSource({
    "'1,XX,', '1,US,', tRes",
    "'1,,', '1,US,', tRes",
    "',US,BAD,0,', ',US,,0,', tListed",
    "',,many,,', ',,0,,', tElPct",
    "',,101,,', ',,0,,', tElPct",
    "',0,own,', ',0,,', tPolicy",
    "',H1000,', ',H100,', model",
    "',LIC-1,false,', ',,false,', nAuth",
    "',L@2026-13-01,false,', ',,false,', nAuth",
    "',L@2026-03-01..2026-02-01,false,', ',,false,', nAuth",
    "',no,US,remote', ',false,US,remote', nState",
    "',US,,training', ',US,remote,training', mode",
    "',play,', ',training,', workload",
    "',training,mars,', ',training,,', data",
    "',,maybe,ALLOW', ',,true,ALLOW', usNexus",
    "',PERHAPS', ',ALLOW', v20260101",
  })
  void namesLineAndColumnOfWhatItCannotRead(String broken, String sound, String column) {
    String row = DOMESTIC.replace(sound, broken);

    PolicyCases cases = read(HEADER, DOMESTIC, row, DOMESTIC);

    assertThat(row).isNotEqualTo(DOMESTIC);
    assertThat(cases.problems())
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.line()).isEqualTo(3);
          assertThat(problem.column()).isEqualTo(column);
        });
    assertThat(cases.cases()).hasSize(2);
  }

  @Test
  void countsTheLinesOfQuotedText() {
    PolicyCases cases =
        read(
            HEADER + ",why",
            DOMESTIC + ",\"one\ntwo \"\"quoted\"\"\nthree\"",
            "",
            DOMESTIC + ",a,cell too many",
            DOMESTIC.replace("H100", "H1000") + ",");

    assertThat(cases.problems())
        .extracting(CasesProblem::line, CasesProblem::column)
        .containsExactly(tuple(6, ""), tuple(7, "model"));
  }

  @Test
  void refusesAHeaderThatLacksOrInventsColumns() {
    assertThat(read(HEADER.replace("nAuth", "nAuht"), DOMESTIC).problems())
        .extracting(CasesProblem::column)
        .containsExactlyInAnyOrder("nAuht", "nAuth");
    assertThat(read(HEADER.replace("v20260101", "v20261301"), DOMESTIC).problems())
        .extracting(CasesProblem::column)
        .contains("v20261301");
    assertThat(read("").problems()).hasSize(1);
    assertThat(read(HEADER).problems()).hasSize(1);
  }

  @Test
  void reportsWhatDiffers() {
    Report report =
        read(HEADER, DOMESTIC, DOMESTIC.replace("1,US", "\"two, IR\",IR"))
            .judge(RulePack.exportBaseline()::judge);

    assertThat(report.outcomes())
        .extracting(PolicyCases.Outcome::line)
        .containsExactly(
            "1,2026-01-01,ALLOW,ALLOW,", "\"two, IR\",2026-01-01,ALLOW,DENY,us-embargo");
    assertThat(report.differing()).isEqualTo(1);
    assertThat(report.passed()).isFalse();
    assertThat(read(HEADER, DOMESTIC).judge(RulePack.exportBaseline()::judge).passed()).isTrue();
  }

  private static PolicyCases read(String... lines) {
    return PolicyCases.read(String.join("\n", lines), MODELS);
  }
}
