import Protocols

/// What the broker says about itself without a login. Some clients only look whether `/docs` is there.
enum Documentation {
    static let page = BrokerAnswer.text(
        """
        <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Development broker</title></head>
        <body><h1>Development broker</h1><p>Speaks the REST interface of FINALES 2; see
        <a href="/openapi.json">openapi.json</a> for its paths.</p></body></html>

        """, type: "text/html; charset=utf-8", status: 200)

    static let interface: JSONValue = {
        var paths = JSONObject()
        for (path, methods) in Self.paths {
            var operations = JSONObject()
            for method in methods { operations[method] = ["responses": ["200": ["description": "Successful Response"]]] }
            paths[path] = .object(operations)
        }
        return [
            "openapi": "3.1.0", "info": ["title": "Development broker", "version": "1.1.0"], "paths": .object(paths),
        ]
    }()

    private static let paths = [
        ("/user_management/authenticate", ["post"]), ("/requests/", ["post"]), ("/requests/{object_id}", ["get"]),
        ("/pending_requests/", ["get"]), ("/all_requests/", ["get"]),
        ("/requests/{object_id}/update_status/", ["post"]), ("/results/", ["post"]),
        ("/results/post_unsolicited_result", ["post"]), ("/results/{object_id}", ["get"]),
        ("/results_requested/{request_id}", ["get"]), ("/results_requested/", ["get"]),
        ("/results/{object_id}/update_status/", ["post"]), ("/capabilities/", ["get"]),
        ("/capabilities/templates/", ["get"]), ("/limitations/", ["get"]), ("/tenants/", ["get"]),
        ("/database_dump/{access_key}", ["get"]), ("/", ["get"]), ("/test", ["get"]),
    ]
}
