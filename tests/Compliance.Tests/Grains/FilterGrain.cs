namespace MemoryRL.Compliance.Tests;

[Alias("compliance.IFilterGrain")]
public interface IFilterGrain : IGrainWithStringKey
{
    [Alias("Add")]
    Task<int> Add(int left, int right);

    [Alias("Fail")]
    Task Fail();

    [Alias("Do")]
    ValueTask Do();

    [Alias("Forbidden")]
    Task Forbidden();
}

internal sealed class FilterGrain : Grain, IFilterGrain, IIncomingGrainCallFilter
{
    public Task<int> Add(int left, int right)
    {
        Scene.Log(this.GetPrimaryKeyString(), "grain");
        return Task.FromResult(left + right);
    }

    public Task Fail() => throw new InvalidOperationException("The grain fails.");

    public ValueTask Do() => default;

    public Task Forbidden()
    {
        Scene.Log(this.GetPrimaryKeyString(), "forbidden");
        return Task.CompletedTask;
    }

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        Scene.Log(this.GetPrimaryKeyString(), "own before");
        await context.Invoke();
        Scene.Log(this.GetPrimaryKeyString(), "own after");
    }
}

internal sealed class OuterFilter : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.Grain is not FilterGrain)
        {
            await context.Invoke();
            return;
        }

        var key = context.TargetId.Key.ToString();
        Scene.Log(key, $"outer before {context.MethodName} of {context.InterfaceMethod.DeclaringType!.Name}, {context.ImplementationMethod.DeclaringType!.Name}");
        if (string.Equals(context.MethodName, nameof(IFilterGrain.Forbidden), StringComparison.Ordinal))
        {
            throw new UnauthorizedAccessException("The filter forbids it.");
        }

        try
        {
            await context.Invoke();
            Scene.Log(key, $"outer after {context.Result}");
            if (context.Result is int number)
            {
                context.Result = number * 10;
            }
        }
        catch (InvalidOperationException exception)
        {
            throw new ArgumentException($"Translated: {exception.Message}", exception);
        }
    }
}

internal static class InnerFilter
{
    public static async Task InvokeAsync(IIncomingGrainCallContext context)
    {
        if (context.Grain is FilterGrain)
        {
            Scene.Log(context.TargetId.Key.ToString(), "inner");
        }

        await context.Invoke();
    }
}
