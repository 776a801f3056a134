package com.example.orders;

import static io.offspan.junit.OffspanAssertions.assertThat;

import io.offspan.junit.OffspanExtension;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OrdersTest {
    @RegisterExtension
    static final OffspanExtension offspan = OffspanExtension.create();

    private static final Orders ORDERS = new Orders(offspan.openTelemetry());

    @Test
    void chargesTheCardBehindTheCart() {
        ORDERS.order("book");
        assertThat(offspan.spans())
                .onlyTrace()
                .has("{ name = \"order\" && span.item = \"book\" } >> { name = \"charge card\" }")
                .hasInOrder("{ name = \"GET /cart\" }", "{ name = \"charge card\" }")
                .hasCount(3)
                .hasNoErrors()
                .isComplete();
    }

    @Test
    void packsTheParcelOnAThreadOfItsOwn() {
        ORDERS.pack();
        assertThat(offspan.spans()).within(Duration.ofMinutes(2)).onlyTrace().has("{ name = \"pack\" }");
    }
}
