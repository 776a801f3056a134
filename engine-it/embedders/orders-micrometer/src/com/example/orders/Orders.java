package com.example.orders;

import io.offspan.core.SpanStore;
import io.offspan.otel.OffspanSpanProcessor;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.nio.file.Path;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** A service whose spans are made by Micrometer, and stored because there is a bean that is a span processor. */
@SpringBootApplication
@RestController
public class Orders {
    public static void main(String[] arguments) {
        SpringApplication.run(Orders.class, arguments);
    }

    @Bean(destroyMethod = "close")
    SpanStore spanStore(Environment environment) {
        return SpanStore.open(Path.of(environment.getRequiredProperty("OTEL_EXPORTER_OFFSPAN_PATH"), "0"));
    }

    @Bean
    SpanProcessor storing(SpanStore store) {
        return OffspanSpanProcessor.into(store::append);
    }

    @GetMapping("/orders/{number}")
    String order(@PathVariable("number") int number) {
        return "order " + number + "\n";
    }

    /** Says where it serves. */
    @Bean
    ApplicationRunner announce(Environment environment) {
        return arguments -> System.out.println("port " + environment.getProperty("local.server.port"));
    }
}
