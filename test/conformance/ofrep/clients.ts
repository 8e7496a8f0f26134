/** Programs with the official clients, each of which prints what it was answered as a line of JSON. */

/** The flags that each asks for: the key, the kind of value, the default, and the context. */
export const ASKED = [
  ['functions.generate_content', 'object', {}, { targetingKey: 'acme' }],
  ['functions.generate_content', 'object', {}, { targetingKey: 'acme', plan: 'free' }],
  ['prompts.clustering', 'string', 'default', { targetingKey: 'acme' }],
  ['author_profiles', 'object', {}, { targetingKey: 'nobody' }],
  ['functions.nope', 'object', { none: true }, { targetingKey: 'acme' }],
  ['prompts.clustering', 'object', { none: true }, { targetingKey: 'acme' }],
] as const

export const JS_SERVER = `
import { OpenFeature } from '@openfeature/server-sdk'
import { OFREPProvider } from '@openfeature/ofrep-provider'
const { URL: baseUrl, TOKEN, ASKED } = process.env
await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl, headers: [['Authorization', 'Bearer ' + TOKEN]] }))
const client = OpenFeature.getClient()
const said = []
for (const [key, kind, fallback, context] of JSON.parse(ASKED)) {
  const ask = kind === 'object' ? client.getObjectDetails(key, fallback, context) : client.getStringDetails(key, fallback, context)
  const { value, reason, variant, errorCode } = await ask
  said.push([value, reason, variant ?? null, errorCode ?? null])
}
console.log(JSON.stringify(said))
`

export const JS_WEB = `
import { OpenFeature, ProviderEvents } from '@openfeature/web-sdk'
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider'
import { EventSource } from 'eventsource'
globalThis.EventSource = EventSource
const { URL: baseUrl, TOKEN } = process.env
await OpenFeature.setContext({ targetingKey: 'acme' })
const provider = new OFREPWebProvider({ baseUrl, pollInterval: 0, headers: [['Authorization', 'Bearer ' + TOKEN]] })
await OpenFeature.setProviderAndWait(provider)
const client = OpenFeature.getClient()
const tokens = () => client.getObjectValue('functions.generate_content', {}).max_tokens
console.log(JSON.stringify({ first: tokens(), at: Date.now() }))
client.addHandler(ProviderEvents.ConfigurationChanged, () => {
  console.log(JSON.stringify({ then: tokens(), at: Date.now() }))
  process.exit(0)
})
setTimeout(() => process.exit(1), 60_000)
`

export const PYTHON = `
import json, os
from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext
api.set_provider(OFREPProvider(os.environ["URL"], headers_factory=lambda: {"Authorization": "Bearer " + os.environ["TOKEN"]}))
client = api.get_client()
said = []
for key, kind, fallback, context in json.loads(os.environ["ASKED"]):
    whom = EvaluationContext(context["targetingKey"], {k: v for k, v in context.items() if k != "targetingKey"})
    ask = client.get_object_details if kind == "object" else client.get_string_details
    details = ask(key, fallback, whom)
    code = details.error_code.value if details.error_code else None
    said.append([details.value, str(details.reason.value if hasattr(details.reason, "value") else details.reason), details.variant, code])
print(json.dumps(said))
`

export const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>test</groupId><artifactId>ofrep</artifactId><version>1</version>
  <properties>
    <maven.compiler.source>17</maven.compiler.source>
    <maven.compiler.target>17</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency><groupId>dev.openfeature</groupId><artifactId>sdk</artifactId><version>1.20.2</version></dependency>
    <dependency><groupId>dev.openfeature.contrib.providers</groupId><artifactId>ofrep</artifactId><version>0.0.2</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
`

export const JAVA = `
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.openfeature.sdk.*;
import dev.openfeature.contrib.providers.ofrep.*;
import java.util.*;

public class Main {
  public static void main(String[] args) throws Exception {
    var options = OfrepProviderOptions.builder()
        .baseUrl(System.getenv("URL"))
        .headers(ImmutableMap.of("Authorization", ImmutableList.of("Bearer " + System.getenv("TOKEN"))))
        .build();
    OpenFeatureAPI api = OpenFeatureAPI.getInstance();
    api.setProviderAndWait(OfrepProvider.constructProvider(options));
    Client client = api.getClient();
    EvaluationContext acme = new ImmutableContext("acme");
    EvaluationContext free = new ImmutableContext("acme", Map.of("plan", new Value("free")));
    print(client.getObjectDetails("functions.generate_content", new Value(), acme));
    print(client.getObjectDetails("functions.generate_content", new Value(), free));
    print(client.getStringDetails("prompts.clustering", "default", acme));
    print(client.getObjectDetails("functions.nope", new Value(), acme));
    System.exit(0);
  }
  static void print(FlagEvaluationDetails<?> details) {
    Object value = details.getValue();
    if (value instanceof Value && ((Value) value).isStructure()) value = ((Value) value).asStructure().getValue("model").asString();
    else if (value instanceof Value) value = "none";
    System.out.println("SAID " + value.toString().replace("\\n", "\\\\n").substring(0, Math.min(12, value.toString().length())) + "|" + details.getReason() + "|" + details.getVariant() + "|" + details.getErrorCode());
  }
}
`
