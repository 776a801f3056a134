package com.example.orders;

import static io.offspan.junit.OffspanAssertions.assertThat;

import io.offspan.junit.OffspanExtension;
import io.offspan.junit.StoredSpans;
import io.opentelemetry.api.OpenTelemetry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Fails on purpose: the card is not charged below the cart. */
@ExtendWith(OffspanExtension.class)
class WrongOrdersTest {
    @Test
    void chargesTheCardBelowTheCart(OpenTelemetry openTelemetry, StoredSpans spans) {
        new Orders(openTelemetry).order("book");
        assertThat(spans).onlyTrace().has("{ name = \"GET /cart\" } >> { name = \"charge card\" }");
    }
}
