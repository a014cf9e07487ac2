package io.berth.platform;

import static java.lang.annotation.ElementType.ANNOTATION_TYPE;
import static java.lang.annotation.ElementType.FIELD;
import static java.lang.annotation.ElementType.METHOD;
import static java.lang.annotation.ElementType.PARAMETER;
import static java.lang.annotation.ElementType.TYPE_USE;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A country as ISO 3166-1 alpha-2 in upper case, such as {@code SG}; of those that the JDK lists
 * ({@link Locale#getISOCountries()}), which leaves out withdrawn and user-assigned codes. Null is
 * left to other constraints.
 */
@Documented
@Constraint(validatedBy = CountryCode.Validator.class)
@Target({FIELD, METHOD, PARAMETER, ANNOTATION_TYPE, TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
public @interface CountryCode {

  /** What is said of another value. */
  String message() default "must be a country code of ISO 3166-1 alpha-2 in upper case, such as SG";

  /** As Jakarta Validation asks. */
  Class<?>[] groups() default {};

  /** As Jakarta Validation asks. */
  Class<? extends Payload>[] payload() default {};

  /** Looks the code up. */
  final class Validator implements ConstraintValidator<CountryCode, String> {

    private static final Set<String> COUNTRIES =
        Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2);

    @Override
    public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
      return value == null || COUNTRIES.contains(value);
    }

    /** Whether it is such a code. */
    public static boolean isCountry(String value) {
      return COUNTRIES.contains(value);
    }
  }
}
