package io.berth.inventory.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class CountriesTest {

  @ParameterizedTest
  @CsvSource({"de-fra-1,DE", "US-EAST-04,US", "sg-1,SG", "cn-north-1,CN", "ae-dxb-1,AE"})
  void readsTheCountryOffARegion(String region, String country) {
    assertThat(Countries.ofRegion(region)).contains(country);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "de",
        "de-",
        "fra-1",
        "europe-west1",
        "eastus",
        "eu-central-1",
        "ap-southeast-1",
        "uk-london-1",
        "sa-east-1",
        "me-south-1",
        "af-south-1",
        "la-south-2",
        "na-mexico-1",
        "cn-hongkong",
        "CN-HongKong-2",
        "xx-1"
      })
  void takesNoCountryFromWhatIsNotCertain(String region) {
    assertThat(Countries.ofRegion(region)).isEmpty();
  }
}
