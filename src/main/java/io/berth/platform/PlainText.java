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
import org.jspecify.annotations.Nullable;

/**
 * A text that people read: not blank, bounded, and without what does not show or turns the line
 * around it (control characters, line separators, bidirectional overrides, halves of surrogate
 * pairs; PostgreSQL stores neither NUL nor such halves). Null is left to other constraints.
 */
@Documented
@Constraint(validatedBy = PlainText.Validator.class)
@Target({FIELD, METHOD, PARAMETER, ANNOTATION_TYPE, TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
public @interface PlainText {

  /** The greatest number of characters (Unicode code points). */
  int max() default 200;

  /** Whether tabs and line breaks may stand in it. */
  boolean lines() default false;

  /** What is said of another value. */
  String message() default
      "must be a text of 1 to {max} characters, not blank and without control characters";

  /** As Jakarta Validation asks. */
  Class<?>[] groups() default {};

  /** As Jakarta Validation asks. */
  Class<? extends Payload>[] payload() default {};

  /** Looks at each character. */
  final class Validator implements ConstraintValidator<PlainText, String> {

    private int max;
    private boolean lines;

    @Override
    public void initialize(PlainText constraint) {
      max = constraint.max();
      lines = constraint.lines();
    }

    @Override
    public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
      return value == null
          || (!value.isBlank()
              && value.codePointCount(0, value.length()) <= max
              && value.codePoints().allMatch(this::isPlain));
    }

    private boolean isPlain(int character) {
      if (character == '\n' || character == '\r' || character == '\t') {
        return lines;
      }
      return switch (Character.getType(character)) {
        case Character.CONTROL,
            Character.SURROGATE,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR ->
            false;
        // Embeddings, overrides and isolates (Unicode Standard Annex 9).
        default ->
            !(character >= 0x202A && character <= 0x202E)
                && !(character >= 0x2066 && character <= 0x2069);
      };
    }
  }
}
