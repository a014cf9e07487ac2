package io.berth.catalog.domain;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.catalog.InvalidCatalogException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;

class DetectionTableTest {

  private static final String REST = "ignored: []\ndomains: []\nslots: []\nclaims: []\n";

  private final AcceleratorCatalog catalog = new AcceleratorCatalog();

  @Test
  void refusesModelThatTheCatalogueLacks() {
    refuses(
        "resources: []\nmodels: [{key: k, vendor: NVIDIA, values: [{value: v, model: nvidia-x}]}]\n",
        "the catalogue has no model nvidia-x");
  }

  @Test
  void refusesModelOfAnotherVendor() {
    refuses(
        "models: []\nresources: [{name: n, vendor: AMD, slot: SHARE, model: nvidia-h20}]\n",
        "nvidia-h20 is not made by AMD");
  }

  @Test
  void refusesBadPatternWithItsLine() {
    refuses("models: []\nresources:\n  - {name: '(', vendor: AMD, slot: SHARE}\n", "line: 3");
  }

  @Test
  void refusesUnknownKey() {
    refuses(
        "models: []\nresources: [{name: n, vendor: AMD, slot: SHARE, slott: SHARE}]\n", "slott");
  }

  @Test
  void refusesMissingPart() {
    refuses("models: []\nresources: [{name: n, slot: SHARE}]\n", "vendor: missing");
  }

  private void refuses(String parts, String message) {
    assertThatThrownBy(
            () -> DetectionTable.read(new StringReader(parts + REST), "test.yaml", catalog::find))
        .isInstanceOf(InvalidCatalogException.class)
        .hasMessageStartingWith("test.yaml: ")
        .hasMessageContaining(message);
  }
}
