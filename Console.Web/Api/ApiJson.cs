using System.Text.Json;
using System.Text.Json.Serialization;

namespace PodConsole.Web.Api;

/// <summary>How the API writes JSON.</summary>
internal static class ApiJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { NumberHandling = JsonNumberHandling.Strict };
}
