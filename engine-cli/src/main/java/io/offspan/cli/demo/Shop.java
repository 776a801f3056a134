package io.offspan.cli.demo;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.io.IOException;
import java.net.http.HttpClient;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A shop of seven services: a visit goes from the load generator through the front end to catalogue, cart and checkout, and
 * from there to payment and shipping.
 *
 * <p><b>Owns</b> the services; closing stops them.
 */
final class Shop implements AutoCloseable {
    private static final AttributeKey<List<String>> ITEMS = AttributeKey.stringArrayKey("app.order.items");
    private static final AttributeKey<List<Double>> WEIGHTS = AttributeKey.doubleArrayKey("app.shipping.weights_kg");
    private static final int OK = 200;
    private static final int PAYMENT_REQUIRED = 402;
    private static final int CONFLICT = 409;
    private static final int FAILED = 500;

    private final Deque<ShopService> services = new ArrayDeque<>();
    private final SpanProcessor processor;
    private final HttpClient client;
    private final ShopService visitors;
    private final ShopService frontend;
    private final ShopService catalog;
    private final ShopService cart;
    private final ShopService checkout;
    private final ShopService payment;
    private final ShopService shipping;

    Shop(SpanProcessor processor, HttpClient client) throws IOException {
        this.processor = processor;
        this.client = client;
        try {
            visitors = service("load-generator", "0.9.1");
            frontend = service("frontend", "2.4.0");
            catalog = service("catalog", "1.12.3");
            cart = service("cart", "1.3.7");
            checkout = service("checkout", "3.0.0-rc.2");
            payment = service("payment", "0.8.15");
            shipping = service("shipping", "1.1.0");
            openRoutes();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private ShopService service(String name, String version) throws IOException {
        ShopService service = new ShopService(name, version, processor, client);
        services.push(service);
        return service;
    }

    /** Plays one visit to its end. */
    void play(Visit visit) {
        Span span = visitors.tracer()
                .spanBuilder("visit")
                .setNoParent()
                .setAttribute("app.user.id", visit.user())
                .setAttribute("app.visit.number", visit.number())
                .startSpan();
        try (var scope = span.makeCurrent()) {
            visitors.call(frontend, "GET", "/product", visit);
            visitors.call(frontend, "POST", "/cart", visit);
            if (visit.buys()) {
                int status = visitors.call(frontend, "POST", "/checkout", visit);
                span.addEvent(status == OK ? "bought" : "left without buying");
            }
        } finally {
            span.end();
        }
    }

    private void openRoutes() {
        frontend.route("GET", "/product", (visit, span) -> frontend.call(catalog, "GET", "/products", visit));
        frontend.route("POST", "/cart", (visit, span) -> frontend.call(cart, "POST", "/items", visit));
        frontend.route("POST", "/checkout", this::orderAtFrontend);
        catalog.route("GET", "/products", this::findProduct);
        cart.route("POST", "/items", this::addToCart);
        cart.route("GET", "/contents", this::readCart);
        checkout.route("POST", "/orders", this::placeOrder);
        payment.route("POST", "/charges", this::charge);
        shipping.route("POST", "/parcels", this::ship);
    }

    private int orderAtFrontend(Visit visit, Span span) {
        span.setAttribute("app.user.id", visit.user());
        span.setAttribute("app.user.currency", visit.currency());
        return frontend.call(checkout, "POST", "/orders", visit);
    }

    private int findProduct(Visit visit, Span span) {
        span.setAttribute("app.product.id", visit.product());
        query(catalog.tracer(), "SELECT", "shop.products", "SELECT name, price FROM products WHERE id = ?", visit);
        return OK;
    }

    private int addToCart(Visit visit, Span span) {
        span.setAttribute("app.cart.quantity", visit.quantity());
        span.addEvent("item added", Attributes.of(AttributeKey.stringKey("app.product.id"), visit.product()));
        cache(cart.tracer(), "HSET", visit);
        return OK;
    }

    private int readCart(Visit visit, Span span) {
        cache(cart.tracer(), "HGETALL", visit);
        return OK;
    }

    private int placeOrder(Visit visit, Span span) {
        span.setAttribute("app.order.id", "%08x-%04d".formatted(visit.seed(), visit.number()));
        span.setAttribute("app.order.amount", visit.amount() / 100.0);
        span.setAttribute(ITEMS, List.of(visit.product(), "gift-wrap"));
        checkout.call(cart, "GET", "/contents", visit);
        if (visit.outOfStock()) {
            span.addEvent("reservation failed");
            span.setStatus(StatusCode.ERROR, "out of stock: " + visit.product());
            return CONFLICT;
        }
        int charged = checkout.call(payment, "POST", "/charges", visit);
        if (charged != OK) {
            span.setStatus(StatusCode.ERROR, "payment failed with " + charged);
            return PAYMENT_REQUIRED;
        }
        checkout.call(shipping, "POST", "/parcels", visit);
        query(checkout.tracer(), "INSERT", "shop.orders", "INSERT INTO orders VALUES (?, ?, ?)", visit);
        return OK;
    }

    private int charge(Visit visit, Span span) {
        span.setAttribute("app.payment.amount", visit.amount());
        span.setAttribute("app.payment.currency", visit.currency());
        span.setAttribute("app.payment.card_type", visit.number() % 3 == 0 ? "visa" : "mastercard");
        if (visit.declined()) {
            IllegalStateException declined = new IllegalStateException("Card declined by the issuer");
            span.recordException(declined);
            span.setStatus(StatusCode.ERROR, "card declined");
            return FAILED;
        }
        span.setStatus(StatusCode.OK);
        return OK;
    }

    private int ship(Visit visit, Span span) {
        span.setAttribute(WEIGHTS, List.of(0.25 * visit.quantity(), 0.1));
        span.setAttribute("app.shipping.express", visit.quantity() > 3);
        Span quote = shipping.tracer()
                .spanBuilder("carrier quote")
                .setSpanKind(SpanKind.PRODUCER)
                .addLink(span.getSpanContext(), Attributes.of(AttributeKey.stringKey("link.reason"), "order"))
                .startSpan();
        if (visit.carrierMillis() > 0) {
            quote.addEvent("carrier is slow");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(visit.carrierMillis()));
        }
        quote.end();
        return OK;
    }

    private static void query(Tracer tracer, String operation, String table, String text, Visit visit) {
        tracer.spanBuilder(operation + " " + table)
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute("db.system.name", "postgresql")
                .setAttribute("db.operation.name", operation)
                .setAttribute("db.collection.name", table)
                .setAttribute("db.query.text", text)
                .setAttribute("db.response.returned_rows", visit.quantity())
                .startSpan()
                .end();
    }

    private static void cache(Tracer tracer, String operation, Visit visit) {
        tracer.spanBuilder(operation)
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute("db.system.name", "redis")
                .setAttribute("db.operation.name", operation)
                .setAttribute("db.query.text", operation + " cart:" + visit.user())
                .startSpan()
                .end();
    }

    /** Stops the services, the callers first. */
    @Override
    public void close() {
        while (!services.isEmpty()) {
            services.removeLast().close();
        }
    }
}
