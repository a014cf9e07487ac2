package io.berth.catalog.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.catalog.AcceleratorModel;
import io.berth.catalog.InvalidCatalogException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceleratorTableTest {

  private static final String HEADER =
      "id,model,alias,vendor,vendor_country,datacentre,memory_gb,interconnect_gb_s,"
          + "dense_fp16_tflops,dense_low_bit_tops,low_bits,logic_die_mm2,tpp,performance_density,"
          + "dram_gb_s,class_by_figures,labelled_classes,source,confidence,note";

  private static final String GOOD =
      "acme-x1,X1,,Acme,FI,true,80,600,312,624,8,826,4992,6.04,2039,3A090.a,3A090.a,A,high,";

  @Test
  void readsRow() {
    assertThat(read(HEADER, GOOD)).extracting(AcceleratorModel::id).containsExactly("acme-x1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ",4992, | ,64 PCIe, | tpp: not a figure: 64 PCIe",
        ",600, | ,-600, | interconnect_gb_s: not a figure: -600",
        ",FI, | ,Finland, | vendor_country: must match",
        ",true, | ,yes, | datacentre: must be one of [false, true, unknown]",
        ",high, | ,certain, | confidence: must be one of",
        "acme-x1 | Acme X1 | id: must match",
        ",Acme, | ,, | vendor: missing",
        ",624,8, | ,624,7, | low_bits: must be one of",
        ",3A090.a,A, | ,3A091,A, | labelled_classes: none of",
        ",3A090.a,3A090.a, | ,3A090.a, | has 19 cells instead of 20",
      })
  void refusesBadCellWithItsLine(String part, String replacement, String message) {
    String second = GOOD.replace(part, replacement);
    assertThatThrownBy(() -> read(HEADER, GOOD.replace("acme-x1", "acme-x0"), second))
        .isInstanceOf(InvalidCatalogException.class)
        .hasMessageStartingWith("test.csv:3: " + message);
  }

  @Test
  void refusesDuplicateSlug() {
    assertThatThrownBy(() -> read(HEADER, GOOD, GOOD))
        .isInstanceOf(InvalidCatalogException.class)
        .hasMessage("test.csv:3: id: acme-x1 stands twice");
  }

  @Test
  void refusesOtherColumns() {
    assertThatThrownBy(() -> read(HEADER.replace("tpp", "TPP"), GOOD))
        .isInstanceOf(InvalidCatalogException.class)
        .hasMessageStartingWith("test.csv:1: the columns must be");
  }

  @Test
  void refusesBrokenQuotes() {
    assertThatThrownBy(() -> read(HEADER, GOOD.replace("X1", "\"X1")))
        .isInstanceOf(InvalidCatalogException.class)
        .hasMessageStartingWith("test.csv:2: ");
  }

  @Test
  void refusesEmptyTable() {
    assertThatThrownBy(() -> read(HEADER))
        .isInstanceOf(InvalidCatalogException.class)
        .hasMessage("test.csv holds no model");
  }

  private static List<AcceleratorModel> read(String... lines) {
    return AcceleratorTable.read(new StringReader(String.join("\n", lines) + "\n"), "test.csv");
  }
}
