package com.example.orders;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** A service with Spring Boot and the OpenTelemetry starter; its code knows nothing of either OpenTelemetry or Offspan. */
@SpringBootApplication
@RestController
public class Orders {
    public static void main(String[] arguments) {
        SpringApplication.run(Orders.class, arguments);
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
